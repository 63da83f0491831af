// Machines are emulated on few cores here, and tests compare the list of sandboxes before and after.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
