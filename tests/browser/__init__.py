"""The pages in a real browser: Chromium through playwright, on the real web server and its data."""
