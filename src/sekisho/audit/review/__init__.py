"""Decide what is on hold: groups, signed reviews, their rules and their effect."""
