"""Rosters by column generation: one exact dynamic program for each person, a linear program that
prices what they do together, a dive, and then neighbourhoods until time is up.

Needs numba, whose import takes a second: only the solver's own process imports this package.
"""
