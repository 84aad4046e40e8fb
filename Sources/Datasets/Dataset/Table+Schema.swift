internal import LinearAlgebra

extension Table {
    /// The dataset of a table with the columns of an existing schema: a validation file for a training file.
    ///
    /// - Throws: ``DataError`` for missing columns, cells that cannot be used, or classes that the schema lacks.
    public func dataset(like schema: Schema, weights: String? = nil) throws(DataError) -> Dataset {
        let encoded = try schema.encode(self)
        if encoded.rows.isEmpty { throw DataError("\(source) has no rows") }
        let targets = try schema.encodeTargets(of: self, rows: encoded.rows)
        var rowWeights: [Double]?
        if let weights {
            let numbers = try require(weights, as: "the weights").numbers(in: self)
            rowWeights = encoded.rows.map { numbers[$0] }
            try Dataset.check(weights: rowWeights!, rows: encoded.rows.count)
        }
        return Dataset(
            features: encoded.features, targets: targets, weights: rowWeights, schema: schema, notes: encoded.warnings)
    }
}
