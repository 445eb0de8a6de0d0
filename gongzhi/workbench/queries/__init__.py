"""Every read of the workbench."""
