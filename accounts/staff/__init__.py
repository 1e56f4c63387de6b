"""The screens of Bazalt's own staff. They work in their own organisation, and in another's for one act at a time."""
