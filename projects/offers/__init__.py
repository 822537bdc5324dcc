"""What each aggregate offers the rest of the portal: panels, work items, file access, clocks; called at start."""
