// Machines are emulated on few cores here, and tests compare the list of a user's sandboxes before and after.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
