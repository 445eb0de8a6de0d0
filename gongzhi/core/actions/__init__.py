"""All writes of core, one module for each subject."""
