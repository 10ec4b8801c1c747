module example.com/scenarios/outline

go 1.23
