"""The door: HTTP, jobs and command line; joins the rooms into flows."""
