"""Every write of the workbench."""
