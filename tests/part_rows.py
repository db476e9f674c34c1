"""Findings and rows of parts of pictures, of embeddings and of films, in the form of tests/run_fixture.py."""

import json

from tests.run_fixture import entry, row

__all__ = ["film_in", "part_in", "part_rows", "similar_to"]


def _found(work, method, detail, permission):
    return {
        "kind": "work",
        "method": method,
        "entry": entry(work),
        "distance": 0.0,
        "threshold": 0.0,
        "permission": permission,
        "grant": "g-" + "2" * 32 if permission == "granted" else None,
        "detail": json.dumps({"trust": "verified"} | detail),
    }


def part_in(work, *, region="50,80,400,420", in_work="200,300,800,900", permission="none", **more):
    """Return a finding of a part of a picture; `more` are further keys of its detail."""
    detail = {"band": "block", "inliers": 23, "votes": 41, "region": region, "in_work": in_work}
    detail |= {"print": 0, "near": 118} | more
    return _found(work, "local", detail, permission)


def similar_to(work, similarity=912, *, band="review", permission="none", **more):
    """Return a finding of an embedding."""
    detail = {"band": band, "similarity": similarity, "model": "sscd@0123456789abcdef", "print": 0} | more
    return _found(work, "model", detail, permission)


def film_in(work, spans="12000-22000=340000-350000", *, of_item=14, of_work=2, band="review", **more):
    """Return a finding of a part of a film."""
    detail = {"band": band, "of_item": of_item, "of_work": of_work, "spans": spans} | more
    return _found(work, "frames", detail, "none")


def part_rows():
    """Return a row for every way in which a part, a similarity and a film can be decided."""
    refused = "verified_without_permission"
    return [
        row("collage/a.png", "block", refused, [part_in(0)]),
        row(
            "collage/b.png", "block", refused, [part_in(1, region="600,500,960,990", orientation="mirrored")]
        ),
        row("crop/c.png", "block", refused, [part_in(3, region="0,0,1000,1000", in_work="0,0,400,500")]),
        row("frames/d.gif", "block", refused, [part_in(0, frame=2)]),
        row("collage/e.png", "review", "possible_part", [part_in(2, band="review", inliers=9)]),
        row("drawn/f.png", "review", "similar", [similar_to(0)]),
        row("drawn/g.png", "block", refused, [similar_to(1, 978, band="block")]),
        row("films/h.mp4", "review", "film_clip", [film_in(0)]) | {"media_type": "video/mp4"},
        row("films/i.mp4", "block", refused, [film_in(1, of_item=100, of_work=96, band="block")])
        | {"media_type": "video/mp4"},
        row("collage/j.png", "allow", "granted_part", [part_in(2, permission="granted")]),
    ]
