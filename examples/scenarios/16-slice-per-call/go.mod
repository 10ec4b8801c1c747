module example.com/scenarios/words

go 1.23
