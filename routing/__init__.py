"""What happens to a call: plan, live state, duty. Pure: no sockets, no files, no clocks."""
