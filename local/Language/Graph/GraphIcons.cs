namespace Stateside.Language.Graph;

/// <summary>The signs of the types of states, as lines on a field of 28 by 28.</summary>
internal static class GraphIcons
{
    public static string Path(string type) => type switch
    {
        // A cog's teeth around its hub.
        "Task" => "M14 10.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M14 6.5v2.2M14 19.3v2.2M6.5 14h2.2M19.3 14h2.2M8.7 8.7l1.6 1.6M17.7 17.7l1.6 1.6M8.7 19.3l1.6-1.6M17.7 10.3l1.6-1.6",
        "Choice" => "M14 6.5L21.5 14L14 21.5L6.5 14Z",
        "Wait" => "M14 6.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15M14 9.8V14l2.8 2",
        "Parallel" => "M9 7.5v13M14 7.5v13M19 7.5v13",
        "Map" => "M7 9.5h9.5M7 14h9.5M7 18.5h9.5M20.6 9.5h.2M20.6 14h.2M20.6 18.5h.2",
        "Succeed" => "M7.5 14.5l4.3 4.3L20.5 9.8",
        "Fail" => "M8.7 8.7l10.6 10.6M19.3 8.7L8.7 19.3",
        "Pass" => "M7 14h13M15 9l5 5l-5 5",
        _ => "M11 11a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1.1-1.4 2.3M14 19.3v.2",
    };
}
