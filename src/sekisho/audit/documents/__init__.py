"""Transparency documents: views of one set of facts that is computed from sealed runs and declarations."""
