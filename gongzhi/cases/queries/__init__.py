"""All reads of cases. Those for a person take the viewer; those named `_for_job` do not."""
