"""Take a work that shows a person out of a registry, agree to it, object to it, let it in again."""
