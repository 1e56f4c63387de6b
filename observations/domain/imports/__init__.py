"""Importing children, groups and colleagues from a file, and exporting them (CHD-3): read, plan, show, save."""
