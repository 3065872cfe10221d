"""What every room of the record stands on: database, clock, ids, errors, auth, blobs, jobs."""
