import LinearAlgebra

/// A row-major matrix one element off alignment, with gaps between its rows and a margin at both ends, to see what a
/// kernel writes where it must not.
final class GuardedBuffer<Scalar: BLASScalar> {
    let rows, columns, stride: Int
    private let margin = 17
    private let guardValue: Scalar = 12345
    private let memory: UnsafeMutableBufferPointer<Scalar>

    init(_ rows: Int, _ columns: Int, gap: Int = 3, _ value: (Int, Int) -> Scalar = { _, _ in -1 }) {
        (self.rows, self.columns, stride) = (rows, columns, columns + gap)
        memory = .allocate(capacity: 2 * margin + rows * stride)
        memory.initialize(repeating: guardValue)
        for i in 0..<rows { for j in 0..<columns { self[i, j] = value(i, j) } }
    }

    deinit { memory.deallocate() }

    var base: UnsafeMutablePointer<Scalar> { memory.baseAddress! + margin }
    var readOnly: UnsafePointer<Scalar> { UnsafePointer(base) }

    var view: MatrixView<Scalar> { MatrixView(readOnly, rows: rows, columns: columns, stride: stride) }
    var mutableView: MutableMatrixView<Scalar> { MutableMatrixView(base, rows: rows, columns: columns, stride: stride) }

    subscript(i: Int, j: Int) -> Scalar {
        get { base[i * stride + j] }
        set { base[i * stride + j] = newValue }
    }

    /// Whether all that is not an element is as it was.
    var isIntact: Bool {
        memory.indices.allSatisfy { place in
            let k = place - margin
            let isElement = k >= 0 && k < rows * stride && k % stride < columns
            return isElement || memory[place] == guardValue
        }
    }
}
