"""How people prove who they are: second factor, asking again before grave acts, sessions, sign-in from elsewhere."""
