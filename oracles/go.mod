module unheap/oracles

go 1.27
