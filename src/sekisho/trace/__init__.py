"""Where was it used: a picture or a file against what runs and generations have recorded. No disk, no clock."""
