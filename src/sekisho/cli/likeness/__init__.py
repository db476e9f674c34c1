"""What the commands do about photos of persons: nothing of it meets the registry's database."""
