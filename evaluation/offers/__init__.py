"""What each aggregate offers the rest of the portal: panels on pages, work items, file access, jobs; called at start."""
