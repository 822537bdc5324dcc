"""What each aggregate offers the rest of the portal: work items, navigation, file access; called at start."""
