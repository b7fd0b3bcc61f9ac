"""Where administrators connect LMSs: registrations, deployments, and what went wrong with a launch."""
