extension Table {
    /// The dataset of a table with the columns of an existing schema: a validation file for a training file. Rows with
    /// missing values are treated as in training, and counted in the notes where they are left out.
    ///
    /// - Throws: ``DataError`` for missing columns, cells that cannot be used, or classes that the schema lacks.
    public func dataset(like schema: Schema, weights: String? = nil) throws(DataError) -> Dataset {
        if rowCount == 0 { throw DataError("\(source) has no rows") }
        var targets: [Column] = []
        for name in schema.targets { targets.append(try require(name, as: "the target")) }
        let weights = try weights.map { (name) throws(DataError) in try require(name, as: "the weights") }
        return try dataset(of: schema, targets, weights, name: "\(source): ")
    }
}
