/// A matrix x [rows × columns] that is read by columns: the design of a linear model, dense or sparse, in single or double
/// precision.
///
/// All arithmetic is in Double whatever the precision of the elements: `Float` halves the memory and the traffic, and a
/// result is exact for the numbers stored.
public protocol ColumnStore: Sendable {
    /// The number of rows.
    var rows: Int { get }
    /// The number of columns.
    var columns: Int { get }

    /// products[k·count + l] = Σ_i x[i, selected[k]] · vectors[l·rows + i]
    ///
    /// - Shapes: `vectors` [count × rows], `products` [selected.count × count], each contiguous.
    /// - Numerics: the order of each sum depends on the shapes alone, not on which columns are selected with it.
    func dots(
        _ selected: UnsafeBufferPointer<Int>, with vectors: UnsafePointer<Double>, count: Int,
        into products: UnsafeMutablePointer<Double>)

    /// y[i] += Σ_k coefficients[k] · x[i, selected[k]]
    func add(
        _ selected: UnsafeBufferPointer<Int>, times coefficients: UnsafePointer<Double>,
        to y: UnsafeMutablePointer<Double>)

    /// elements[i] = x[i, column]
    func copy(column: Int, into elements: UnsafeMutablePointer<Double>)

    /// elements[k] = x[rows[k], column], for ascending rows.
    func gather(column: Int, rows: UnsafeBufferPointer<Int>, into elements: UnsafeMutablePointer<Double>)

    /// The mean m = Σw·x/Σw of each column of a range and its spread Σw·(x − m)²/Σw; weights of nil are ones.
    ///
    /// - Shapes: `weights` [rows]; `means` and `variances` [range.count].
    /// - Numerics: two passes; the second is about the mean of the first and corrects both.
    func moments(
        of range: Range<Int>, weights: UnsafePointer<Double>?, means: UnsafeMutablePointer<Double>,
        variances: UnsafeMutablePointer<Double>)
}

extension ColumnStore {
    /// The mean m = Σw·x/Σw of a column and its spread Σw·(x − m)²/Σw; weights of nil are ones.
    public func moments(of column: Int, weights: UnsafePointer<Double>?) -> (mean: Double, variance: Double) {
        var (mean, variance) = (0.0, 0.0)
        moments(of: column..<(column + 1), weights: weights, means: &mean, variances: &variance)
        return (mean, variance)
    }

    /// The means and spreads of all columns.
    public func moments(weights: UnsafePointer<Double>?) -> (means: [Double], variances: [Double]) {
        var (means, variances) = (Array(repeating: 0.0, count: columns), Array(repeating: 0.0, count: columns))
        moments(of: 0..<columns, weights: weights, means: &means, variances: &variances)
        return (means, variances)
    }
}
