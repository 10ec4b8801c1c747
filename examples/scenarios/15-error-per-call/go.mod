module example.com/scenarios/payments

go 1.23
