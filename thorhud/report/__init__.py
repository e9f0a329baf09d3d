"""What was measured, as a page that works offline, with its tables and plots; made without Qt."""
