"""Children and groups: what is kept, a child's page, who works on a group."""
