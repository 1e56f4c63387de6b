"""What the database itself enforces of placements: a child is in one main group at a time (CHD-2).

An exclusion constraint compares a range of days with ``&&`` and needs something a GiST index can compare a child by.
For a UUID that would be the extension btree_gist, which not every server has. So the child stands in the index as a
range of one number: a 64-bit hash of its id, seeded with its organisation's. Two children that share a hash would be
kept from each other's days; among a million children the odds of one such pair are one in thirty million.
``uuid_hash_extended`` is what hash partitions are made with, so that PostgreSQL never changes it.
"""

_HASH = "uuid_hash_extended(child_id, uuid_hash_extended(organisation_id, 0))::numeric"

MAIN_GROUP_ONCE = f"""
ALTER TABLE observations_placement ADD CONSTRAINT placement_main_group_once EXCLUDE USING gist (
    numrange({_HASH}, {_HASH}, '[]') WITH =,
    daterange(begins_on, ends_on, '[]') WITH &&
) WHERE (is_main);
"""

DROP_MAIN_GROUP_ONCE = "ALTER TABLE observations_placement DROP CONSTRAINT placement_main_group_once;"
