"""What a user may cause and cannot go on from; a mistake in a record is a finding instead."""


class UserError(Exception):
    """Wrong use, bad configuration, template or house rule: exit status 2.

    Its argument is a message value (`mobctl.finding.Message`), so that it is said in the user's language.
    """


class NothingToCheckError(UserError):
    """Nothing to check, a path missing or not to be opened: exit status 3."""


class ContentError(UserError):
    """A value of one record that can't be shown: exit status 1, and other records go on."""
