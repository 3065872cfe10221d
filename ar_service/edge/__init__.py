"""What every request passes: limits, headers, log lines, health, the pages, the API document."""
