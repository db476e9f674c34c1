"""Where was it used: a found picture against what runs and generations have recorded. No disk, no clock."""
