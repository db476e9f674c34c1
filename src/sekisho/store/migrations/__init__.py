"""Alembic migrations of the registry's database; part of the installed package."""
