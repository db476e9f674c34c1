"""Notices, requests of authorities and what becomes of them: states and clocks. No disk, no clock."""
