"""The parts of SARIF 2.1.0 that we write, as the standard says them: what is required, and of which type.

Source: OASIS SARIF Version 2.1.0, sections 3.13 to 3.58; nothing but these properties may be there.
"""

import re

__all__ = ["check_sarif"]

LEVELS = {"none", "note", "warning", "error"}
URI = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:|/)(?:[A-Za-z0-9/#~!$&'()*+,;=@._-]|%[0-9A-F]{2})+")
"""A relative reference without a scheme or a leading slash (RFC 3986), at most one `#`."""


def fields(value, required, optional=()):
    assert isinstance(value, dict)
    assert set(required) <= set(value) <= {*required, *optional}, sorted(value)
    return value


def message(value):
    assert fields(value, ["text"])["text"].strip()


def check_rule(rule):
    fields(rule, ["id", "name", "shortDescription", "help", "defaultConfiguration"])
    message(rule["shortDescription"])
    message(rule["help"])
    assert fields(rule["defaultConfiguration"], ["level"])["level"] in LEVELS


def check_result(result, rules):
    required = ("ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints")
    fields(result, required, ("baselineState", "suppressions"))
    assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
    assert result["level"] in LEVELS
    message(result["message"])
    for location in result["locations"]:
        physical = fields(location, ["physicalLocation"])["physicalLocation"]
        fields(physical, ["artifactLocation", "region"])
        uri = fields(physical["artifactLocation"], ["uri"])["uri"]
        assert URI.fullmatch(uri), uri
        assert uri.count("#") <= 1
        assert fields(physical["region"], ["startLine"])["startLine"] >= 1
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in result["partialFingerprints"].values())
    assert result.get("baselineState", "new") in {"new", "unchanged", "updated", "absent"}
    for suppression in result.get("suppressions", []):
        fields(suppression, ["kind", "status", "justification"])
        assert (suppression["kind"], suppression["status"]) == ("external", "accepted")


def check_invocation(invocation):
    fields(
        invocation, ["executionSuccessful", "exitCode", "exitCodeDescription", "toolExecutionNotifications"]
    )
    assert type(invocation["executionSuccessful"]) is bool
    assert type(invocation["exitCode"]) is int
    for notification in invocation["toolExecutionNotifications"]:
        message(fields(notification, ["level", "message"])["message"])


def check_sarif(document):
    """Check a log and return its one run."""
    fields(document, ["$schema", "version", "runs"])
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    fields(run, ["tool", "automationDetails", "invocations", "results", "properties"])
    driver = fields(fields(run["tool"], ["driver"])["driver"], ["name", "version", "language", "rules"])
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        check_rule(rule)
    for result in run["results"]:
        check_result(result, rules)
    for invocation in run["invocations"]:
        check_invocation(invocation)
    return run
