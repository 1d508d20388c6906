"""What a ledger keeps account of: its accounts, as a value that is checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StrictInt,
    model_validator,
)

from party_workflow import canonical
from party_workflow.errors import Faults
from party_workflow.partwise import judged
from party_workflow.values import Code, Count, Definition, Exactly, Flag

MAX_ACCOUNTS: Final = 256
MAX_SCALE: Final = 6

Need = Literal["source", "person", "to_unit", "basis", "voluntary", "activity"]
"""What an entry of an account has to state."""
Needs = Annotated[tuple[Need, ...], AfterValidator(lambda needs: tuple(sorted(set(needs))))]


class Account(BaseModel):
    """One account.

    Amounts are in `unit`; with a `scale` of 2 they are whole hundredths of it (yuan in fen), or whole without
    a scale where `whole` says so.  `floor_zero`: amounts are exact, and what is there never falls below 0
    (stock).  `needs` is what every entry has to state.  `threshold`: amounts are exact, and sums of fewer
    than so many people are not published (R-184).  `staged`: exact money per source that is planned, then
    secured, then spent (R-186).  `sealed`: entries are day totals, whose rows are sealed and due for erasure
    after `retention_days`; such accounts have a ledger of their own (R-082).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    code: Code
    unit: Code
    scale: Count = 0
    whole: Flag = False
    floor_zero: Flag = False
    needs: Needs = ()
    threshold: Count = 0
    staged: Flag = False
    sealed: Flag = False
    retention_days: Count = 0

    @property
    def exact(self) -> bool:
        """Whether every entry is one whole number."""
        return self.floor_zero or self.staged or self.threshold > 0

    @property
    def integral(self) -> bool:
        """Whether amounts are whole numbers, exact or as bounds."""
        return self.whole or self.exact or self.scale > 0


class LedgerDefinition(Definition):
    """The accounts of a ledger.  Every way of making one raises `InvalidDefinition` with all faults found."""

    code: Code
    version: Annotated[StrictInt, Field(ge=1, le=canonical.MAX_INTEGER)]
    accounts: Annotated[tuple[Account, ...], Field(max_length=MAX_ACCOUNTS)]

    @model_validator(mode="wrap")
    @classmethod
    def _judged(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return judged(cls, data, handler, _judge, "ledger")

    def data(self) -> dict[str, Any]:
        """The definition as it is stored and hashed: JSON values, without what is at its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical bytes of `data`, as 64 hexadecimal digits."""
        return canonical.digest(self.data())

    def account(self, code: str) -> Account | None:
        """The account of a code."""
        return next((account for account in self.accounts if account.code == code), None)

    def __hash__(self) -> int:
        return hash(self.digest)


def _judge(ledger: LedgerDefinition, faults: Faults) -> None:
    for where, what, remedy in _faults(ledger):
        faults.add(where, what, remedy)


def _faults(ledger: LedgerDefinition) -> Iterator[tuple[str, str, str]]:
    if len({account.sealed for account in ledger.accounts}) > 1:
        what = "Daily reports of persons stand among other accounts."
        yield "accounts", what, "Give them a ledger, and so a stream, of their own."
    if not ledger.accounts:
        yield "accounts", "There is no account.", "Name at least one."
    seen: dict[str, int] = {}
    for index, account in enumerate(ledger.accounts):
        where = f"accounts[{index}]"
        if seen.setdefault(account.code, index) != index:
            what = f"Account {account.code} stands already at accounts[{seen[account.code]}]."
            yield where, what, "Give each account a code of its own."
        if account.scale > MAX_SCALE:
            yield f"{where}.scale", f"More than {MAX_SCALE} places.", "Use a smaller unit."
        if account.threshold and "person" not in account.needs:
            yield (
                f"{where}.threshold",
                "Without persons nobody can tell how many a sum is of.",
                "Add person to what it needs, or leave the threshold out.",
            )
        if "voluntary" in account.needs and not account.threshold:
            yield (
                f"{where}.threshold",
                "What people give of their own will is not published in small groups.",
                "Say of how many people a sum has to be at least, such as 5.",
            )
        if account.staged and "source" not in account.needs:
            yield f"{where}.needs", "Stages are counted per source.", "Add source to what it needs."
        if account.staged and account.floor_zero:
            yield f"{where}.floor_zero", "Stages have floors of their own.", "Leave it out."
        if account.sealed and not account.retention_days:
            what = "What people report every day is not kept without end."
            yield f"{where}.retention_days", what, "Say after how many days it is erased."
        if account.retention_days and not account.sealed:
            yield f"{where}.retention_days", "Nothing here can be erased.", "Leave it out."
        if account.sealed and (account.needs or account.floor_zero or account.staged or account.threshold):
            yield f"{where}.sealed", "A day total states nothing else.", "Leave the others out."


def read_ledger(body: Mapping[str, Any]) -> LedgerDefinition:
    """The accounts that a definition's body says.  Raises `InvalidDefinition` with every fault."""
    return _read(Exactly(body))


@lru_cache(maxsize=256)
def _read(body: Exactly) -> LedgerDefinition:
    return LedgerDefinition.model_validate(canonical.parse(canonical.canonical_bytes(dict(body.data))))
