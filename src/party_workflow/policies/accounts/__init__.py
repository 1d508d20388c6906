"""Points, money and stock judged: balances as projections, bounds that stay bounds, small groups withheld."""
