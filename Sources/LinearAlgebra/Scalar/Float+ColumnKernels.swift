internal import CKernels

// The binding of `Float` to the kernels on columns.

// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension Float {
    private static let kernels = ck_kernels_active_f32()!.pointee

    public static func columnDots(
        rows: Int, _ selected: UnsafeBufferPointer<Int>, _ x: UnsafePointer<Float>, ldx: Int, count: Int,
        vectors: UnsafePointer<Double>, products: UnsafeMutablePointer<Double>
    ) {
        kernels.column_dots(rows, selected.count, selected.baseAddress, x, ldx, count, vectors, products)
    }

    public static func columnAdd(
        rows: Int, _ selected: UnsafeBufferPointer<Int>, _ x: UnsafePointer<Float>, ldx: Int,
        coefficients: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
    ) {
        kernels.column_add(rows, selected.count, selected.baseAddress, x, ldx, coefficients, y)
    }

    public static func columnCopy(rows: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Double>) {
        kernels.column_copy(rows, x, y)
    }

    public static func columnGather(
        _ rows: UnsafeBufferPointer<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Double>
    ) {
        kernels.column_gather(rows.count, rows.baseAddress, x, y)
    }

    public static func columnMoments(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int, weights: UnsafePointer<Double>?,
        means: UnsafeMutablePointer<Double>, variances: UnsafeMutablePointer<Double>
    ) {
        kernels.column_moments(rows, columns, x, ldx, weights, means, variances)
    }

    public static func columnCenter(
        rows: Int, columns: Int, _ x: UnsafeMutablePointer<Float>, ldx: Int, shifts: UnsafeMutablePointer<Double>
    ) {
        kernels.column_center(rows, columns, x, ldx, shifts)
    }

    public static func rowMeans(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int, means: UnsafeMutablePointer<Double>
    ) {
        kernels.row_means(rows, columns, x, ldx, means)
    }

    public static func transpose(
        rows: Int, columns: Int, _ x: UnsafePointer<Float>, ldx: Int, shifts: UnsafePointer<Double>?,
        _ y: UnsafeMutablePointer<Float>, ldy: Int
    ) {
        kernels.transpose(rows, columns, x, ldx, shifts, y, ldy)
    }

    public static func sparseDots(
        rows: Int, _ selected: UnsafeBufferPointer<Int>, starts: UnsafePointer<Int>, places: UnsafePointer<Int32>,
        _ values: UnsafePointer<Float>, count: Int, vectors: UnsafePointer<Double>,
        scratch: UnsafeMutablePointer<Double>?, products: UnsafeMutablePointer<Double>
    ) {
        kernels.sparse_dots(
            rows, selected.count, selected.baseAddress, starts, places, values, count, vectors, scratch, products)
    }

    public static func sparseAdd(
        _ selected: UnsafeBufferPointer<Int>, starts: UnsafePointer<Int>, places: UnsafePointer<Int32>,
        _ values: UnsafePointer<Float>, coefficients: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
    ) {
        kernels.sparse_add(selected.count, selected.baseAddress, starts, places, values, coefficients, y)
    }

    public static func sparseGather(
        _ rows: UnsafeBufferPointer<Int>, count: Int, places: UnsafePointer<Int32>, _ values: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Double>
    ) {
        kernels.sparse_gather(rows.count, rows.baseAddress, count, places, values, y)
    }

    public static func sparseMoments(
        rows: Int, columns: Int, starts: UnsafePointer<Int>, places: UnsafePointer<Int32>,
        _ values: UnsafePointer<Float>, weights: UnsafePointer<Double>?, means: UnsafeMutablePointer<Double>,
        variances: UnsafeMutablePointer<Double>
    ) {
        kernels.sparse_moments(rows, columns, starts, places, values, weights, means, variances)
    }
}
