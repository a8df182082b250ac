"""Generated books and bank lines of five kinds of companies, with what every line really pays.

Written without knowledge of the matcher, to find out what it does on data nobody tuned it to.
"""
