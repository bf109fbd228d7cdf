"""What happens to a call: the plan, the live state, who is on duty. Pure: no sockets, files, clocks."""
