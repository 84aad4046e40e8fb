internal import LinearAlgebra

/// Rows to predict, in either precision, in memory of the caller.
struct InputRows {
    private enum Base {
        case floats(UnsafePointer<Float>)
        case doubles(UnsafePointer<Double>)
    }

    private let base: Base
    let count, columns, stride: Int

    init<Value: BLASScalar>(_ view: MatrixView<Value>) {
        let raw = UnsafeRawPointer(view.base)
        base =
            Value.self == Float.self
            ? .floats(raw.assumingMemoryBound(to: Float.self)) : .doubles(raw.assumingMemoryBound(to: Double.self))
        (count, columns, stride) = (view.rows, view.columns, view.stride)
    }

    /// z ← (x − means)·inverses for some of the rows; false where one of them holds a number that cannot be used.
    func standardize<Scalar: BLASScalar>(
        _ rows: Range<Int>, means: UnsafePointer<Double>, inverses: UnsafePointer<Double>, missing: Bool,
        into z: UnsafeMutablePointer<Scalar>, ldz: Int
    ) -> Bool {
        switch base {
        case .floats(let x):
            Scalar.standardize(
                rows: rows.count, columns: columns, floats: x + rows.lowerBound * stride, ldx: stride, means: means,
                inverses: inverses, missing: missing, z, ldz: ldz) == 0
        case .doubles(let x):
            Scalar.standardize(
                rows: rows.count, columns: columns, doubles: x + rows.lowerBound * stride, ldx: stride, means: means,
                inverses: inverses, missing: missing, z, ldz: ldz) == 0
        }
    }

    subscript(row: Int, column: Int) -> Double {
        switch base {
        case .floats(let x): Double(x[row * stride + column])
        case .doubles(let x): x[row * stride + column]
        }
    }
}

/// Where predictions go, in either precision, in memory of the caller.
struct OutputRows {
    private enum Base {
        case floats(UnsafeMutablePointer<Float>)
        case doubles(UnsafeMutablePointer<Double>)
    }

    private let base: Base
    private let stride: Int

    init<Value: BLASScalar>(_ view: MutableMatrixView<Value>) {
        let raw = UnsafeMutableRawPointer(view.base)
        base =
            Value.self == Float.self
            ? .floats(raw.assumingMemoryBound(to: Float.self)) : .doubles(raw.assumingMemoryBound(to: Double.self))
        stride = view.stride
    }

    /// Hands a block of rows to `finish`, in the caller's precision.
    func write<Scalar: BLASScalar>(
        _ rows: Range<Int>, _ z: UnsafePointer<Scalar>, ldz: Int, _ finish: OutputEdge
    ) {
        switch base {
        case .floats(let y):
            finish.write(rows: rows.count, z, ldz: ldz, into: y + rows.lowerBound * stride, ldy: stride)
        case .doubles(let y):
            finish.write(rows: rows.count, z, ldz: ldz, into: y + rows.lowerBound * stride, ldy: stride)
        }
    }
}
