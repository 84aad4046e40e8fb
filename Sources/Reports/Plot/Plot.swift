/// A plot: data in, SVG out.
///
/// ```swift
/// var plot = Plot("Loss", x: Axis("epoch"), y: .log("loss"))
/// plot.marks = [.line(Line("training", x: epochs, y: losses))]
/// try plot.svg.write(toFile: "loss.svg", atomically: true, encoding: .utf8)
/// ```
/// The same plot gives the same bytes. All texts are escaped; values that are not finite leave gaps; a plot without data
/// says so. Long curves are thinned to what a drawing of this size can show, and points in their thousands are counted in
/// cells.
public struct Plot: Sendable, Hashable {
    /// What it shows.
    public var title: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// The layers, from back to front.
    public var marks: [Mark]
    /// What else there is to say, beneath: what is left out, how it was computed.
    public var notes: [String]
    /// The height of the data area; the width of the drawing is ``width``.
    public var height: Double
    /// Whether a unit is as long on both axes.
    public var hasEqualUnits: Bool

    /// A plot.
    public init(
        _ title: String, x: Axis, y: Axis, marks: [Mark] = [], notes: [String] = [], height: Double = 210,
        hasEqualUnits: Bool = false
    ) {
        (self.title, self.x, self.y, self.marks) = (title, x, y, marks)
        (self.notes, self.height, self.hasEqualUnits) = (notes, height, hasEqualUnits)
    }

    /// The width of every drawing in its own units, which a page scales to the room there is: narrow enough that labels
    /// can be read on a phone.
    public static let width = 400.0

    /// A file of its own, with title and notes and both colour schemes.
    public var svg: String {
        var writer = MarkupWriter()
        PlotDrawing(self, isAlone: true).draw(into: &writer)
        return writer.text + "\n"
    }
}
