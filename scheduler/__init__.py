"""Who works when: demand, rules, wishes, solve, audit."""
