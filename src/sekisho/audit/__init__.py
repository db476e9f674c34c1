"""Map `check` over datasets, and leave evidence: plan, work, manifest, seal, report, verify."""
