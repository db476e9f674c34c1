"""What people look at: facts, charts and one page."""
