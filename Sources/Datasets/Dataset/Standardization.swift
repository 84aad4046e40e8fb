internal import Glibc
public import LinearAlgebra

/// Centring and scaling by the training data: x ← (x − mean)/scale, a missing x taking the mean.
///
/// The scale is the standard deviation with 1/N. A constant column has scale 1, so that it becomes 0.
public struct Standardization: Sendable, Hashable, Codable {
    /// The mean of each column over its values that are not missing.
    public let means: [Double]
    /// The standard deviation of each column, 1 where it is constant.
    public let scales: [Double]

    /// Given numbers, as read from a model.
    public init(means: [Double], scales: [Double]) { (self.means, self.scales) = (means, scales) }

    /// Mean 0, scale 1: leaves everything as it is.
    public static func identity(columns: Int) -> Standardization {
        Standardization(means: Array(repeating: 0, count: columns), scales: Array(repeating: 1, count: columns))
    }

    /// The mean and deviation of every column of x, in two passes, of x/2ᵏ where its squares would leave the range.
    ///
    /// - Throws: ``DataError`` when the deviation of a column does not fit a double.
    public init(of x: Matrix<Double>, names: [String]) throws(DataError) {
        var (means, scales) = ([Double](), [Double]())
        for column in 0..<x.columns {
            let values = x.column(column).filter { !$0.isNaN }
            let largest = values.reduce(0) { max($0, abs($1)) }
            // A power of two is exact, and keeps sums and squares in the range.
            let unit = largest > 1e100 || (largest > 0 && largest < 1e-100) ? pow(2, logb(largest)) : 1
            let count = Double(max(values.count, 1))
            let mean = values.reduce(0) { $0 + $1 / unit } / count
            let squares = values.reduce(0) { $0 + ($1 / unit - mean) * ($1 / unit - mean) } / count
            // Below the rounding of the mean there is no deviation to tell.
            let deviation = squares.squareRoot() > 8 * Double.ulpOfOne * abs(mean) ? squares.squareRoot() * unit : 0
            guard (mean * unit).isFinite, deviation.isFinite else {
                throw DataError(
                    "column \(quoted(names[column])): its numbers are too large to standardise",
                    hint: "Scale the column.")
            }
            means.append(mean * unit)
            scales.append(deviation > 0 ? deviation : 1)
        }
        (self.means, self.scales) = (means, scales)
    }

    /// (x − mean)/scale in the precision of the model; NaN (missing) becomes 0, the mean.
    ///
    /// - Precondition: x has as many columns as there are means.
    public func apply<Scalar>(_ x: Matrix<Double>) -> Matrix<Scalar> {
        precondition(x.columns == means.count, "\(means.count) columns were standardised, and x is \(x.shape)")
        return x.withView { x in
            Matrix(rows: x.rows, columns: x.columns) { row, column in
                let value = x[row, column]
                return value.isNaN ? 0 : Scalar((value - means[column]) / scales[column])
            }
        }
    }

    /// z·scale + mean: back on the scale of the data.
    public func invert<Scalar>(_ z: Matrix<Scalar>) -> Matrix<Double> {
        precondition(z.columns == means.count, "\(means.count) columns were standardised, and z is \(z.shape)")
        return z.withView { z in
            Matrix(rows: z.rows, columns: z.columns) { Double(z[$0, $1]) * scales[$1] + means[$1] }
        }
    }
}

extension Matrix<Double> {
    /// The columns whose values that are not missing are all the same: nothing can be learnt from them.
    package var constantColumns: [Int] {
        withView { x in
            (0..<columns).filter { column in
                guard let first = (0..<rows).first(where: { !x[$0, column].isNaN }) else { return true }
                return (first..<rows).allSatisfy { x[$0, column].isNaN || x[$0, column] == x[first, column] }
            }
        }
    }
}
