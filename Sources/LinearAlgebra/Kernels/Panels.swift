/// A matrix w [rows × columns] in panels: one for each ``panelWidth`` columns, each [rows, padded × width] and
/// contiguous, with zeros where w has no element. A width is ``BLASScalar/panelWidth``, or half of it for a matrix that
/// has no more; rows are padded as the columns of wᵀ are.
///
/// A product on panels reads them in order and packs nothing: faster than a general product wherever one operand
/// is multiplied many times, like the weights of a dense layer. The memory is the caller's, 64-byte aligned.
public struct Panels<Scalar: BLASScalar> {
    /// The rows of w.
    public let rows: Int
    /// The columns of w.
    public let columns: Int
    /// The first panel.
    public let base: UnsafeMutablePointer<Scalar>
    /// The columns of a panel.
    public let panelWidth: Int
    /// The columns of a panel of wᵀ: blocks [blockHeight × panelWidth] of w are blocks of wᵀ, too.
    public let blockHeight: Int
    /// The number of panels.
    public let count: Int
    @usableFromInline let panelStride: Int

    /// Panels for w [rows × columns] in memory of ``scalarCount(rows:columns:)`` scalars.
    public init(rows: Int, columns: Int, _ base: UnsafeMutablePointer<Scalar>) {
        precondition(rows >= 0 && columns >= 0, "panels cannot be [\(rows) × \(columns)]")
        (self.rows, self.columns, self.base) = (rows, columns, base)
        (panelWidth, blockHeight) = (Self.panelWidth(columns: columns), Self.panelWidth(columns: rows))
        count = Self.padded(columns) / panelWidth
        panelStride = Self.padded(rows) * panelWidth
    }

    /// The scalars to allocate for w [rows × columns].
    public static func scalarCount(rows: Int, columns: Int) -> Int { padded(rows) * padded(columns) }

    /// The first element of a panel.
    @inlinable
    public subscript(panel: Int) -> UnsafeMutablePointer<Scalar> { base + panel * panelStride }

    /// How many columns of w a panel has.
    @inlinable
    public func width(of panel: Int) -> Int { min(panelWidth, columns - panel * panelWidth) }

    /// The width of the panels of a matrix with that many columns.
    public static func panelWidth(columns: Int) -> Int {
        columns <= Scalar.panelWidth / 2 ? Scalar.panelWidth / 2 : Scalar.panelWidth
    }

    private static func padded(_ count: Int) -> Int {
        (count + panelWidth(columns: count) - 1) / panelWidth(columns: count) * panelWidth(columns: count)
    }

    /// Takes in w, or with `transposing` wᵀ.
    ///
    /// - Shapes: w [rows × columns], transposing [columns × rows].
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func pack(_ w: MatrixView<Scalar>, transposing: Bool = false) {
        precondition(
            transposing ? w.rows == columns && w.columns == rows : w.rows == rows && w.columns == columns,
            "a matrix [\(w.rows) × \(w.columns)] does not fit panels [\(rows) × \(columns)]")
        base.update(repeating: 0, count: Self.scalarCount(rows: rows, columns: columns))
        for panel in 0..<count { pack(panel: panel, w, transposing: transposing) }
    }

    /// Takes over one panel of w; beyond its columns the panel stays as it is.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func pack(panel: Int, _ w: MatrixView<Scalar>, transposing: Bool = false) {
        let (to, first, width) = (self[panel], panel * panelWidth, width(of: panel))
        for row in 0..<rows {
            if transposing {
                let from = w.base + first * w.stride + row
                for column in 0..<width { to[row * panelWidth + column] = from[column * w.stride] }
            } else {
                (to + row * panelWidth).update(from: w.base + row * w.stride + first, count: width)
            }
        }
    }

    /// Gives w back.
    ///
    /// - Shapes: w [rows × columns].
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func unpack(into w: MutableMatrixView<Scalar>) {
        precondition(
            w.rows == rows && w.columns == columns,
            "panels [\(rows) × \(columns)] do not fit a matrix [\(w.rows) × \(w.columns)]")
        for panel in 0..<count {
            let (from, first) = (self[panel], panel * panelWidth)
            for row in 0..<rows {
                (w.base + row * w.stride + first).update(
                    from: from + row * panelWidth, count: width(of: panel))
            }
        }
    }

    /// y ← x·w + bias on the columns of one panel.
    ///
    /// - Shapes: x [n × rows], bias [columns] or nil, y [n × columns].
    /// - Reads and writes: y is overwritten in the panel's columns and up to the next multiple of 64 bytes: its
    ///   stride, and the bias, must have room for that. y must not overlap x, w or the bias.
    /// - Numerics: each element is summed in the order of w's rows.
    /// - Complexity: 2·n·rows·width flops; no allocation.
    @inlinable
    public func multiply(
        panel: Int, _ x: MatrixView<Scalar>, bias: UnsafePointer<Scalar>? = nil, into y: MutableMatrixView<Scalar>
    ) {
        let first = panel * panelWidth
        Scalar.panelProduct(
            rows: x.rows, columns: width(of: panel), depth: rows, a: x.base, aRow: x.stride, aStep: 1, b: self[panel],
            bStep: panelWidth, start: bias.map { $0 + first }, startRow: 0, c: y.base + first, ldc: y.stride)
    }
}
