"""The pages: live board, roster board, calls. Server-rendered; no queries, no telephony."""
