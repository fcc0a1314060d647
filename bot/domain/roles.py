"""Roles: what seats are for. Source: governance §2."""

from enum import StrEnum


class Role(StrEnum):
    """What a seat is for."""

    CPO = "cpo"
    CTO = "cto"
    PM = "pm"
    EM = "em"
    TECH_LEAD = "tech_lead"
    DESIGN = "design"
    LEADERSHIP = "leadership"
    STEWARD = "steward"


SQUAD_ROLES = frozenset({Role.PM, Role.EM, Role.TECH_LEAD})
"""Roles whose seat belongs to one squad; the others have one seat for the company."""

TECH_ROLES = frozenset({Role.CTO, Role.EM, Role.TECH_LEAD})
"""Roles that may confirm what an option costs. Source: governance §4, feasibility."""
