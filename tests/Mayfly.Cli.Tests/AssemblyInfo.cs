// Machines are emulated on few cores here, and tests look at what is left behind after them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
